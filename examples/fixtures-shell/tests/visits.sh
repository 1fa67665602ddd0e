# Visits of a room are counted, in the database.
[ "$(curl -fsS "$API_URL/cgi-bin/visits?room=lobby")" = 1 ]
[ "$(curl -fsS "$API_URL/cgi-bin/visits?room=lobby")" = 2 ]
[ "$(podrun exec api -c db -- redis-cli hget visits lobby)" = 2 ]
echo "visits: passed"
