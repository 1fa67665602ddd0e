/** What tells two values apart without keeping either. */

/** FNV-1a of 32 bits, which Kubernetes also takes for its pod-template-hash. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}

/** JSON whose keys are in order, so that the order of the file makes no difference; '' for undefined. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sortKeys) ?? '';

/** Enough to see an edit, and too little to guess a value from: 32 bits in hex. */
export const printOf = (value: unknown): string => fnv1a(canonicalJson(value)).toString(16).padStart(8, '0');

const sortKeys = (_key: string, value: unknown): unknown =>
  isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) : value;

/** Any object but a list. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
