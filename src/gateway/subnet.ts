/** IPv4 addresses as numbers. */

/** Whether an address is of a subnet such as `10.1.0.0/16`; an IPv4 address may come mapped into IPv6. */
export function isInSubnet(address: string, subnet: string): boolean {
  const [base = '', bits = ''] = subnet.split('/');
  const [one, other] = [numberOf(address.replace(/^::ffff:/, '')), numberOf(base)];
  if (one === undefined || other === undefined) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(one / size) === Math.floor(other / size);
}

/** Undefined where it is no IPv4 address. */
export function numberOf(address: string): number | undefined {
  const bytes = address.split('.');
  if (bytes.length !== 4 || bytes.some((byte) => !/^\d{1,3}$/.test(byte) || Number(byte) > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + Number(byte), 0);
}
