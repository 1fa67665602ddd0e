import type { Diagnostic } from '../../model/diagnostic.ts';

/** With one finding a file of what a cluster has set in its objects, at the first of them. */
export function withoutRepeats(findings: readonly Diagnostic[]): readonly Diagnostic[] {
  const byFile = new Map<string, Diagnostic[]>();
  for (const finding of findings) {
    if (finding.leftOut === undefined) continue;
    const known = byFile.get(finding.file);
    if (known === undefined) byFile.set(finding.file, [finding]);
    else known.push(finding);
  }
  return findings.flatMap((finding) => {
    const all = finding.leftOut === undefined ? [finding] : (byFile.get(finding.file) ?? []);
    if (all[0] !== finding) return [];
    if (all.length === 1) return [finding];
    const fields = [...new Set(all.flatMap(({ leftOut = [] }) => leftOut))];
    return [{ ...finding, message: `${tellLeftOut(fields)}, in ${all.length} objects` }];
  });
}

export function tellLeftOut(fields: readonly string[]): string {
  return `set by a cluster and left out here: ${fields.join(', ')}`;
}
