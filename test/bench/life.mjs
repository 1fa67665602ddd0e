// A project's life beside the floor: up, an edit, no-op, down.
import { cpuSeconds } from './process.mjs';
import { beside, median, ms, printTable, times } from './table.mjs';

export const readyLine = /^podrun: (?:all )?\d+ Pods? ready/m;
const noOpLine = /^podrun: (?:all )?\d+ Pods? ready, nothing to do/m;
const reloadedLine = /^podrun: reloaded: (?:all )?\d+ Pods? ready/m;

/** At the most so many times the floor; that of one Pod may take one and a half times a bare Node's start beside it. */
const upAims = new Map([
  [5, 1.15],
  [20, 1.1],
]);
const nodeStarts = 1.5;
const downAim = 1.15;
const upCpuAimMs = 500;
const noOpAimMs = 200;
const editAimMs = 250;

/** @typedef {'node' | 'up' | 'upCpu' | 'floorUp' | 'edit' | 'noOp' | 'diff' | 'down' | 'floorDown'} Figure */
/** @typedef {Record<Figure, number[]>} Figures */

/**
 * Several rounds over all sizes, podrun and the floor in turns.
 * @param {import('./stage.mjs').Stage} stage
 * @param {readonly number[]} sizes
 * @param {number} rounds
 * @param {AbortSignal} abort
 */
export async function measureLives(stage, sizes, rounds, abort) {
  // The first of all pays for what the engine and the disk have not seen yet.
  await measurePodrun(stage, sizes[0] ?? 1, makeFigures());
  await measureFloor(stage, sizes[0] ?? 1, makeFigures());
  const all = new Map(sizes.map((count) => [count, makeFigures()]));
  for (let round = 1; round <= rounds; round += 1)
    for (const [count, figures] of all) {
      const order = round % 2 === 1 ? [measurePodrun, measureFloor] : [measureFloor, measurePodrun];
      for (const measure of order) {
        abort.throwIfAborted();
        await measure(stage, count, figures);
      }
      console.log(`  round ${round} of ${rounds}, Pods ${count}: ${lastOf(figures)}`);
    }
  return all;
}

/** @param {ReadonlyMap<number, Figures>} all */
export function printLives(all) {
  const header = ['', 'podrun', 'floor', 'podrun / floor'];
  for (const [count, figures] of all) {
    const of = (/** @type {Figure} */ figure) => median(figures[figure]);
    const aim = upAims.get(count) ?? 1 + (nodeStarts * of('node')) / of('floorUp');
    const down = beside(ratio(figures.down, figures.floorDown), downAim, times);
    printTable(`${count} Pod${count === 1 ? '' : 's'} of two containers, medians of ${figures.up.length}`, [
      header,
      ['up to all Ready', ms(of('up')), ms(of('floorUp')), beside(ratio(figures.up, figures.floorUp), aim, times)],
      ['CPU of podrun itself until then', beside(of('upCpu'), upCpuAimMs, ms), '', ''],
      ['a variable of one edited, to Ready', beside(of('edit'), editAimMs, ms), '', ''],
      ['up with nothing to do', beside(of('noOp'), noOpAimMs, ms), '', ''],
      ['diff with nothing to do', ms(of('diff')), '', ''],
      ['down', ms(of('down')), ms(of('floorDown')), down],
      ['node -e 0', ms(of('node')), '', ''],
    ]);
  }
}

/** @param {import('./stage.mjs').Stage} stage @param {number} count @param {Figures} figures */
async function measurePodrun(stage, count, figures) {
  figures.node.push(await stage.bare().ended());
  stage.write(count, { edits: 0 });
  const first = stage.podrun(count, 'up');
  figures.up.push(await first.saw(readyLine));
  figures.upCpu.push(cpuSeconds(first.pid) * 1_000);
  const fromMs = first.nowMs;
  stage.write(count, { edits: 1 });
  figures.edit.push((await first.saw(reloadedLine)) - fromMs);
  await first.kill();
  const second = stage.podrun(count, 'up');
  figures.noOp.push(await second.saw(noOpLine));
  figures.diff.push(await stage.podrun(count, 'diff').ended());
  figures.down.push(await stage.podrun(count, 'down').ended());
  await second.ended();
}

/** @param {import('./stage.mjs').Stage} stage @param {number} count @param {Figures} figures */
async function measureFloor(stage, count, figures) {
  const up = stage.floor(count, 'up');
  figures.floorUp.push(await up.saw(/^ready$/m));
  await up.ended();
  const down = stage.floor(count, 'down');
  figures.floorDown.push(await down.saw(/^down$/m));
  await down.ended();
}

/** The median of the rounds' own ratios: what slows a round slows both. @param {number[]} a @param {number[]} b */
function ratio(a, b) {
  return median(a.map((value, index) => value / (b[index] ?? NaN)));
}

/** @returns {Figures} */
function makeFigures() {
  return { node: [], up: [], upCpu: [], floorUp: [], edit: [], noOp: [], diff: [], down: [], floorDown: [] };
}

/** @param {Figures} figures */
function lastOf(figures) {
  return Object.entries(figures)
    .map(([name, values]) => `${name} ${ms(values.at(-1) ?? NaN)}`)
    .join(', ');
}
