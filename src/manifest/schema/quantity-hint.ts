import { didYouMean } from './field-hint.ts';

/** What units are called elsewhere: Docker's `512mb` are Kubernetes' `512Mi`. */
const SUFFIX: Readonly<Record<string, string>> = { '': '', k: 'Ki', m: 'Mi', g: 'Gi', t: 'Ti', p: 'Pi' };

/** What the author of a text that is no quantity most likely meant. */
export function hintForQuantity(resource: string, text: string): string {
  if (resource === 'cpu') {
    const [, cores] = /^(\d*\.?\d+)\s*(?:v?cpus?|cores?)$/i.exec(text) ?? [];
    const [, milli] = /^(\d+)\s*(?:millicores?|mcpu|mc)$/i.exec(text) ?? [];
    if (cores !== undefined) return didYouMean(cores);
    return milli === undefined ? 'write cores: 0.5 or 500m' : didYouMean(`${milli}m`);
  }
  const [, amount, letter = ''] = /^(\d+)\s*([kmgtp]?)\s*(?:i?b|i|bytes?)?$/i.exec(text) ?? [];
  if (amount === undefined) return 'write a number with Ki, Mi or Gi behind it: 64Mi';
  return didYouMean(`${amount}${SUFFIX[letter.toLowerCase()] ?? ''}`);
}
