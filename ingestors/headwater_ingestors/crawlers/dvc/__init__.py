"""DVC: stages, what they read and write, versions of data, metrics, over the history that git keeps."""
