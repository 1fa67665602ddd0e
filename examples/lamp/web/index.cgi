#!/bin/sh
# The page: how often it was asked for, by the count of the database in the next container.

# While the database serves another one it does not listen.
ask() {
  for try in 1 2 3 4 5 6 7 8 9 10; do
    echo "$*" | nc 127.0.0.1 6379 2> /dev/null && return
    sleep 0.1
  done
  return 1
}

if ! hits=$(ask INCR hits) || [ -z "$hits" ]; then
  printf 'Status: 503 Service Unavailable\r\n\r\nthe database does not answer\n'
  exit
fi
echo "$(date) hit $hits" >> /logs/access.log
printf 'Content-Type: text/html\r\n\r\n'
echo "<h1>$(cat /www/title)</h1><p>hit $hits</p>"
