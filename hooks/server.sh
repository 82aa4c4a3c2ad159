#!/bin/sh
# refgate-shim 1 00000000 from `refgate install --server`, removed by `refgate uninstall --server`@MADE@
event=@EVENT@
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
bin=@BINARY@
# Only this binary: whoever pushes may choose PATH.
if [ ! -f "$bin" ] || [ ! -x "$bin" ]; then
  printf '%s\n' "error: $event: this server's refgate is missing, nothing may be pushed" \
    "hint: whoever runs the server: refgate install --server" >&2
  exit 2
fi
# A hook that was here before is kept under its name and runs after this one.
old=$here/before-refgate/${0##*/}
[ -f "$old" ] && [ -x "$old" ] || exec "$bin" hook "$event" "$@"
# Both read the same lines.
lines=$(cat && echo .) || exit 2
printf %s "${lines%.}" | "$bin" hook "$event" "$@" || exit
printf %s "${lines%.}" 2>/dev/null | "$old" "$@"
