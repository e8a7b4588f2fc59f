#!/usr/bin/env bash
# The documented relation calls with curl and openssl: one reply a line. Usage: curl.sh URL TOKEN SECRET
set -euo pipefail
url=$1 token=$2 secret=$3
action=urn:onoffice-de-ns:smart:2.5:smartml:action:
type=urn:onoffice-de-ns:smart:2.5:relationTypes:

# one VERB RESOURCETYPE IDENTIFIER PARAMETERS [SECRET]: an action, signed
one() {
  local now hmac
  now=$(date +%s)
  hmac=$(printf %s "$now$token$2$action$1" | openssl dgst -sha256 -hmac "${5:-$secret}" -binary | base64 -w0)
  printf '{"actionid":"%s","resourceid":"","identifier":"%s","resourcetype":"%s","timestamp":%s,"hmac":"%s","hmac_version":2,"parameters":%s}' \
    "$action$1" "$3" "$2" "$now" "$hmac" "$4"
}

# post ACTIONS: the reply in one line
post() {
  printf '{"token":"%s","request":{"actions":[%s]}}' "$token" "$1" |
    curl --silent --show-error --max-time 30 --header 'Content-Type: application/json' --data-binary @- "$url"
  echo
}

post "$(one create relation '' '{"relationtype":"'$type'calendar:address","parentid":[2909],"childid":[10821,10823]}')"
post "$(one create relation '' '{"relationtype":"'$type'calendar:address","parentid":671,"childid":"153"}')"
post "$(one get idsfromrelation '' '{"relationtype":"'$type'calendar:address","parentids":[2909,359]}')"
post "$(one get idsfromrelation '' '{"relationtype":"'$type'calendar:address","parentids":[],"childids":[153],"listlimit":500,"listoffset":0}')"
post "$(one modify relation '' '{"relationtype":"'$type'calendar:address","parentid":[2909],"childid":[10821],"relationinfo":{"statusTerminbestaetigung":"bestätigt"}}')"
post "$(one delete relation '' '{"relationtype":"'$type'calendar:address","parentid":2909,"childid":10823}')"
post "$(one create relation a '{"relationtype":"'$type'estate:address:buyer","parentid":[1001],"childid":[5001]}'),$(
  one create relation b '{"relationtype":"'$type'estate:address:buyer","parentid":[1001],"childid":[9000]}'),$(
  one get idsfromrelation c '{"relationtype":"'$type'estate:address:buyer","childids":[5001]}')"
post "$(one get idsfromrelation '' '{"relationtype":"'$type'calendar:address","parentids":[2909]}' "not the secret")"
