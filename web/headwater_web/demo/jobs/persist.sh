# Moves what waits in temporal landing to persistent landing, one folder a source, named by it and the time of arrival.
# usage: sh persist.sh ARRIVAL, in the landing folder
set -eu
arrival=$1
for file in temporal/*; do
    name=${file##*/}
    source=${name%%.*}
    mkdir -p "persistent/$source"
    mv "$file" "persistent/$source/${source}_$arrival.${name#*.}"
done
