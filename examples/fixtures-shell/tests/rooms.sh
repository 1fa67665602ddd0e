# A room that the migration does not know is not found.
[ "$(curl -sS -o /dev/null -w '%{http_code}' "$API_URL/cgi-bin/visits?room=moon")" = 404 ]
echo "rooms: passed"
