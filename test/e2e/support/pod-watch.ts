/** One `podrun ps -w` of a project that goes on while its tests look: a process for each look would cost more than the Pods. */
import type { Pod } from 'kubernetes-types/core/v1.js';
import type { Podrun } from './cli.ts';
import type { Project } from './harness.ts';

/** A bound for what never comes; how soon it is to come, a test says itself where that matters. */
const patienceMs = 100_000;

const watches = new WeakMap<Project, PodWatch>();

/** The Pod of that name (of several lives the one that is) once it is as asked for; the error shows its last status. */
export async function podWhen(
  project: Project,
  name: string,
  is: (pod: Pod) => boolean,
  timeoutMs = patienceMs,
): Promise<Pod> {
  const named = (pods: readonly Pod[]) => pods.filter(({ metadata }) => metadata?.name === name);
  const pods = await podsWhen(project, (all) => named(all).some(is), timeoutMs, `Pod ${name}: ${is.toString()}`);
  return named(pods).find(is) as Pod;
}

/** All Pods once they are as asked for. */
export function podsWhen(
  project: Project,
  are: (pods: readonly Pod[]) => boolean,
  timeoutMs = patienceMs,
  what = are.toString(),
): Promise<readonly Pod[]> {
  const watch = watches.get(project) ?? new PodWatch(project);
  watches.set(project, watch);
  return watch.when(are, timeoutMs, what);
}

interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: Pod;
}

class PodWatch {
  readonly #command: Podrun;
  readonly #pods = new Map<string, Pod>();
  readonly #looks = new Set<() => void>();
  /** The beginning of a change whose end has not come yet. */
  #unread = '';

  constructor(project: Project) {
    this.#command = project.start('-p', project.name, 'ps', '-A', '-w', '-o', 'json', '--output-watch-events');
    this.#command.read((text) => this.#take(text));
  }

  async when(are: (pods: readonly Pod[]) => boolean, timeoutMs: number, what: string): Promise<readonly Pod[]> {
    const isSo = () => are([...this.#pods.values()]);
    return new Promise((resolve, reject) => {
      const settle = (end: () => void) => {
        clearTimeout(timer);
        this.#looks.delete(look);
        end();
      };
      const fail = (why: string) => settle(() => reject(new Error(`${why}: ${what}\n${this.#tell()}`)));
      const look = () => {
        if (isSo()) settle(() => resolve([...this.#pods.values()]));
      };
      const timer = setTimeout(() => fail(`not within ${timeoutMs} ms`), timeoutMs);
      void this.#command.ended.then(() => fail(`ps -w has ended; it wrote ${this.#command.stderr}`));
      this.#looks.add(look);
      look();
    });
  }

  /** Each change is a document that ends by the only line that is a closing brace. */
  #take(text: string): void {
    const changes = `${this.#unread}${text}`.split(/(?<=^}\n)/m);
    this.#unread = changes.at(-1)?.endsWith('\n}\n') ? '' : (changes.pop() ?? '');
    for (const change of changes) {
      const { type, object } = JSON.parse(change) as Change;
      const uid = object.metadata?.uid ?? '';
      if (type === 'DELETED') this.#pods.delete(uid);
      else this.#pods.set(uid, object);
    }
    for (const look of this.#looks) look();
  }

  #tell(): string {
    const pods = [...this.#pods.values()].map(({ metadata, status }) => ({ name: metadata?.name, status }));
    return JSON.stringify(pods, undefined, 2);
  }
}
