import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './longest-first.ts';

// The engine's tests wait for back-offs and graces a part of their time: one more at once than there are cores fills it.
const engineWorkers = Math.min(4, availableParallelism() + 1);

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  define: { PODRUN_VERSION: '"0.0.0-test"' },
  test: {
    passWithNoTests: true,
    setupFiles: ['test/no-warnings.ts'],
    // Files share their workers and what these have loaded: a process for each costs more than most files' tests.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          // Vitest leaves one core free, which of two is half of them.
          maxWorkers: availableParallelism(),
          include: [
            'test/{manifest,core,controllers,gateway,output,sim,run,probe,state,cli,lib,platform}/**/*.test.ts',
            'test/house*.test.ts',
          ],
          testTimeout: 20_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/{contract,e2e,engine}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: engineWorkers,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
