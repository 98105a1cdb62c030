#!/bin/sh
# A command with the settings and secrets of the service that systemd runs, as root:
# sh deploy/command.sh check
set -eu
set -a
. /etc/videochamadas/videochamadas.env
for file in /etc/videochamadas/secrets/*; do
    eval "$(basename "$file" | tr a-z A-Z)_FILE=\$file"
done
set +a
cd /var/lib/videochamadas
exec /opt/videochamadas/bin/videochamadas "$@"
