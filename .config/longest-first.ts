import { relative } from 'node:path';
import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Those that take longest, so that no worker is left with one of them alone at the end. */
const longest = [
  'test/sim/sim.test.ts',
  'test/cli/package.test.ts',
  'test/contract/real-engine.test.ts',
  'test/e2e/project/see.test.ts',
  'test/e2e/files/examples.test.ts',
  'test/e2e/conformance/conformance-init.test.ts',
  'test/e2e/conformance/conformance-status.test.ts',
  'test/e2e/machine/clock.test.ts',
];

/** Vitest's own order, after the files that are known to take longest: on a fresh machine it has no durations to go by. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = longest.indexOf(relative(this.ctx.config.root, moduleId));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
