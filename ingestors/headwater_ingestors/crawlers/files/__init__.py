"""The crawler of files and folders, local and of object stores. docs/crawlers/files.md"""
