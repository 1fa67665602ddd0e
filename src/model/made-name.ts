import { canonicalJson, fnv1a } from './fingerprint.ts';

/** Kubernetes' alphabet of made names: without vowels, so that no words come out (apimachinery's util/rand). */
const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';
const SUFFIX_LENGTH = 5;

/** What of a name stays before a suffix (maxGeneratedNameLength of the API server). */
export const MAX_BASE_LENGTH = 63 - SUFFIX_LENGTH;

/** The pod-template-hash of a template: the same for the same value, in whatever order its fields stand. */
export function templateHash(template: unknown): string {
  const digits = String(fnv1a(canonicalJson(template)));
  return [...digits].map((digit) => letterOf(digit.charCodeAt(0))).join('');
}

/**
 * A name of Kubernetes' form for each base, with a suffix that a cluster draws by lot. Here it comes from the
 * controller and the Pod's place, so that the same file always gives the same Pods.
 * @param owner what sets the controller apart from all others
 */
export function namesWithSuffix(owner: string, bases: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return bases.map((base, index) => {
    let name = '';
    for (let attempt = 0; name === '' || taken.has(name); attempt++)
      name = base.slice(0, MAX_BASE_LENGTH) + suffixOf(`${owner}/${index}/${attempt}`);
    taken.add(name);
    return name;
  });
}

function suffixOf(text: string): string {
  let rest = fnv1a(text);
  let suffix = '';
  while (suffix.length < SUFFIX_LENGTH) {
    suffix += letterOf(rest);
    rest = Math.floor(rest / ALPHABET.length);
  }
  return suffix;
}

function letterOf(number: number): string {
  return ALPHABET.charAt(number % ALPHABET.length);
}

/** The suffix of a name that a cluster draws by lot, from what is drawn already, say a uid. */
export const drawnSuffix = (drawn: string): string => suffixOf(drawn);
