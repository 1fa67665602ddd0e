import type { Source } from './house-sources.ts';

/** Groups of files that import each other in circles, the largest first (Tarjan's strongly connected components). */
export function findCircles(sources: readonly Source[]): readonly (readonly string[])[] {
  const targets = new Map(sources.map(({ path, imports }) => [path, imports.map(({ target }) => target)]));
  const numbers = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];

  function enter(path: string): number {
    const number = numbers.size;
    numbers.set(path, number);
    open.push(path);
    let low = number;
    for (const target of targets.get(path) ?? []) {
      if (!targets.has(target)) continue;
      if (!numbers.has(target)) low = Math.min(low, enter(target));
      else if (open.includes(target)) low = Math.min(low, numbers.get(target) ?? low);
    }
    if (low === number) {
      const circle = open.splice(open.indexOf(path));
      if (circle.length > 1) circles.push(circle);
    }
    return low;
  }

  for (const path of targets.keys()) if (!numbers.has(path)) enter(path);
  return circles.toSorted((a, b) => b.length - a.length);
}
