/** Servers for `nc -e`: busybox is all that the tests' image holds, so these answer by themselves what probes ask. */
import { mark } from './conformance.ts';

/** Answers by path, and notes what was asked with some of the headers. Dozens ask each second, so it starts no process that it can do without. */
export const answerScript = `
cr='\r'
read -r method path protocol || exit
while read -r name value && [ -n "$name" ] && [ "$name" != "$cr" ]; do
  value=\${value%"$cr"}
  case $name in
    [Aa]ccept:) accept=$value ;;
    [Hh]ost:) host=$value ;;
    [Uu]ser-[Aa]gent:) agent=$value ;;
    [Xx]-[Aa]:) own=$value ;;
  esac
done
${mark('$method $path accept=$accept host=$host user-agent=$agent x-a=$own')}
answer() {
  printf 'HTTP/1.1 %s Some\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n' "$1"
  [ -z "$2" ] || printf 'Location: %s\\r\\n' "$2"
  printf '\\r\\n'
}
case $path in
  /301/*) answer 301 "/\${path#/301/}" ;;
  /hops/0) answer 200 ;;
  /hops/*) answer 302 "/hops/$((\${path#/hops/} - 1))" ;;
  /elsewhere) answer 302 http://elsewhere.example/ ;;
  /slow) sleep 2; answer 200 ;;
  /[2-5][0-9][0-9]) answer "\${path#/}" ;;
  *) answer 200 ;;
esac
`;

/** The service's health over gRPC, frame by frame: the bytes never change, only the status in the last one does. */
export function healthScript(health: 'SERVING' | 'NOT_SERVING'): string {
  const stream = '\\000\\000\\000\\001';
  const settings = '\\000\\000\\000\\004\\000\\000\\000\\000\\000';
  const acknowledged = '\\000\\000\\000\\004\\001\\000\\000\\000\\000';
  // :status 200; content-type, the 31st name of HPACK's own table.
  const headers = `\\000\\000\\024\\001\\004${stream}\\210\\017\\020\\020application/grpc`;
  const message = `\\000\\000\\007\\000\\000${stream}\\000\\000\\000\\000\\002\\010\\00${health === 'SERVING' ? 1 : 2}`;
  const trailers = `\\000\\000\\017\\001\\005${stream}\\000\\013grpc-status\\0010`;
  return `
take() { dd bs=1 count=$1 2> /dev/null; }
[ "$(take 3)" = PRI ] || exit
take 21 > /dev/null
printf '${settings}${acknowledged}'
while set -- $(take 9 | od -An -tu1) && [ $# = 9 ]; do
  take $(($1 * 65536 + $2 * 256 + $3)) > /dev/null
  # A frame of type 0 is the request's message: it is all there.
  [ $4 = 0 ] && break
done
[ $# = 9 ] || exit
${mark('grpc')}
printf '${headers}${message}${trailers}'
cat > /dev/null
`;
}
