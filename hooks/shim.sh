#!/bin/sh
# refgate-shim 1 00000000 from `refgate install`, removed by `refgate uninstall`@MADE@
event=@EVENT@
bin=@BINARY@
if [ ! -f "$bin" ] || [ ! -x "$bin" ]; then
  bin=$(command -v refgate) || bin=
  for dir in "${HOME-}/.cargo/bin" "${HOME-}/.local/bin" /usr/local/bin /opt/homebrew/bin; do
    [ -z "$bin" ] && [ -f "$dir/refgate" ] && [ -x "$dir/refgate" ] && bin=$dir/refgate
  done
fi
if [ -z "$bin" ]; then
  printf '%s\n' "error: $event: refgate is not on this machine, nothing was judged" \
    "hint: cargo install refgate, or remove $0" >&2
  exit 2
fi
# A hook that was here before is kept under its name and runs after this one.
case $0 in */*) here=${0%/*} ;; *) here=. ;; esac
old=$here/before-refgate/${0##*/}
[ -f "$old" ] && [ -x "$old" ] || exec "$bin" hook "$event" "$@"
if [ "$event" != pre-push ]; then
  "$bin" hook "$event" "$@" || exit
  exec "$old" "$@"
fi
# Both read the same lines.
lines=$(cat && echo .) || exit 2
printf %s "${lines%.}" | "$bin" hook "$event" "$@" || exit
printf %s "${lines%.}" 2>/dev/null | "$old" "$@"
