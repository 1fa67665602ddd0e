/** A probe's output in few words: the address is the Pod's own, and a row is short. */

/** `HTTP 503`, `connection refused`; what is not known stays as it is. */
export function probeText(output: string): string {
  return output
    .trim()
    .replace(/^HTTP probe failed with statuscode: (\d+)$/, 'HTTP $1')
    .replace(/^Get "\S+": /, '')
    .replace(/^dial tcp \S+: (connect: )?/, '');
}
