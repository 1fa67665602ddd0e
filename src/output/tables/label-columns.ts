/** The columns of `get` that show labels, of Pods and of other objects. */

interface Labelled {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
}

/** `example.com/tier` is TIER. */
export const labelColumn = (label: string) => ({
  name: label.split('/').at(-1) ?? label,
  cell: ({ metadata }: Labelled): string => orNone(metadata?.labels?.[label]),
});

export const labelsText = ({ metadata }: Labelled): string => pairsText(metadata?.labels);

/** `app=web,tier=front`, in order. */
export function pairsText(map: Readonly<Record<string, string>> | undefined): string {
  const pairs = Object.entries(map ?? {}).map(([key, value]) => `${key}=${value}`);
  return orNone(pairs.toSorted((a, b) => (a < b ? -1 : 1)).join(','));
}

export function orNone(text: string | undefined): string {
  return text === undefined || text === '' ? '<none>' : text;
}
