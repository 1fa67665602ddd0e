/** What a suffix multiplies by, as a fraction: numerator and denominator. */
const SUFFIXES: ReadonlyMap<string, readonly [bigint, bigint]> = new Map([
  ['n', [1n, 1_000_000_000n]],
  ['u', [1n, 1_000_000n]],
  ['m', [1n, 1_000n]],
  ['', [1n, 1n]],
  ['k', [1_000n, 1n]],
  ['M', [1_000_000n, 1n]],
  ['G', [1_000_000_000n, 1n]],
  ['T', [10n ** 12n, 1n]],
  ['P', [10n ** 15n, 1n]],
  ['E', [10n ** 18n, 1n]],
  ['Ki', [1n << 10n, 1n]],
  ['Mi', [1n << 20n, 1n]],
  ['Gi', [1n << 30n, 1n]],
  ['Ti', [1n << 40n, 1n]],
  ['Pi', [1n << 50n, 1n]],
  ['Ei', [1n << 60n, 1n]],
]);

const SHAPE = /^([+-]?)(\d+\.?\d*|\.\d+)(?:[eE]([+-]?\d{1,2})|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * A Kubernetes quantity (`64Mi`, `250m`, `1.5`, `1e3`) in thousandths, rounded away from zero as the API server does
 * (apimachinery resource.Quantity); `undefined` when the text is none.
 */
export function parseQuantity(text: string): bigint | undefined {
  const match = text.length <= 64 ? SHAPE.exec(text) : null;
  if (match === null) return undefined;
  const [, sign, digits = '', exponent, suffix = ''] = match;
  const [whole = '', fraction = ''] = digits.split('.');
  let numerator = BigInt(whole + fraction) * 1_000n;
  let denominator = 10n ** BigInt(fraction.length);
  if (exponent !== undefined) {
    const power = Number(exponent);
    if (power >= 0) numerator *= 10n ** BigInt(power);
    else denominator *= 10n ** BigInt(-power);
  } else {
    const [times, over] = SUFFIXES.get(suffix) ?? [1n, 1n];
    numerator *= times;
    denominator *= over;
  }
  const magnitude = (numerator + denominator - 1n) / denominator;
  return sign === '-' ? -magnitude : magnitude;
}

/** A quantity of bytes as a whole number, rounded up; `undefined` when the text is no quantity. */
export function parseBytes(text: string): bigint | undefined {
  const milli = parseQuantity(text);
  if (milli === undefined) return undefined;
  return milli < 0n ? -((-milli + 999n) / 1_000n) : (milli + 999n) / 1_000n;
}
