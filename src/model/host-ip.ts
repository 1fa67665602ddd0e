/** Whether ports of two Pods on these addresses are held against each other: one is the other, or stands for all of its family. */
export function hostIpsMeet(one = '', other = ''): boolean {
  return one === other || covers(one, other) || covers(other, one);
}

function covers(all: string, one: string): boolean {
  return all === (one.includes(':') ? '::' : '0.0.0.0');
}
