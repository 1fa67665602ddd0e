/** The files that `onChange` rules name, as they were last read, and what an edit of them asks for. */
import type { OnChange } from '../../model/on-change.ts';
import type { Container } from '../../model/container.ts';
import type { Project } from '../../model/project.ts';
import type { FileChange, Reason } from '../runtime/reason.ts';
import { takeRestart } from '../pod/command.ts';
import { allContainers } from '../runtime/facts.ts';
import { watchedKey } from '../state/files.ts';
import type { Files, Watched } from '../state/files.ts';
import { podKey } from '../runtime/pod-ref.ts';
import { imageOfKey } from '../images/build.ts';
import { touch } from '../state/draft.ts';
import type { Draft } from '../state/draft.ts';
import { forgiveShared } from '../state/retries.ts';
import { withEntry, withMember, withoutEntries } from '../state/entries.ts';

/** The paths of a rule; in a build's context the context's .dockerignore counts, elsewhere the folder's own. */
export function watchedBy({ build }: Container, { paths }: OnChange): readonly Watched[] {
  return paths.map((path) => {
    const inContext = build !== undefined && isWithin(path, build.context);
    return { path, ignoredBy: inContext ? build.context : path };
  });
}

/** All that a project's rules name, each once. */
export function allWatched({ pods, cronJobs = [] }: Project): readonly Watched[] {
  const watched = [...pods, ...cronJobs.map(({ template }) => template)].flatMap(({ spec }) =>
    allContainers(spec).flatMap((container) =>
      (container.onChange ?? []).flatMap((rule) => watchedBy(container, rule)),
    ),
  );
  return [...new Map(watched.map((each) => [watchedKey(each), each])).values()];
}

/** Whether a path is a folder or below it. */
export const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);

/** What became of a file. */
export interface FileEdit {
  /** On podrun's machine, or in the container where that is not known. */
  readonly path: string;
  readonly what: FileChange;
}

/** Several edits as one cause: the first by its name, from the project's folder. */
export function editCause(container: string, edits: readonly FileEdit[], dir: string): readonly Reason[] {
  const [first] = edits;
  if (first === undefined) return [];
  const name = isWithin(first.path, dir) ? first.path.slice(dir.length).replace(/^\//, '') : first.path;
  return [{ kind: 'files', container, file: name, what: first.what, more: edits.length - 1 }];
}

/** Remembers what rules of restart and rebuild ask for, now that the files are these. */
export function takeFiles(draft: Draft, files: Files): void {
  const { files: before, project, self } = draft.state;
  if (before === undefined) return;
  for (const { metadata, spec } of project?.pods ?? [])
    for (const container of allContainers(spec))
      for (const rule of container.onChange ?? []) {
        const because = editCause(container.name, editsOf(container, rule, before, files), self.dir);
        if (because.length === 0) continue;
        const { memory, lives } = touch(draft, podKey(metadata));
        if (rule.action === 'restart')
          takeRestart({ shared: draft.shared, pod: memory }, lives.at(-1), { container: container.name }, because);
        if (rule.action === 'rebuild') askBuild(draft, container.image, because);
      }
}

function editsOf(container: Container, rule: OnChange, before: Files, after: Files): readonly FileEdit[] {
  return watchedBy(container, rule).flatMap((watched) => {
    const [was, is] = [before.get(watchedKey(watched)), after.get(watchedKey(watched))];
    if (was === undefined || is === undefined || was === is) return [];
    const pathOf = (file: string) => (file === '' ? watched.path : `${watched.path}/${file}`);
    return [
      ...[...is].flatMap(([file, print]): FileEdit[] => {
        const old = was.get(file);
        return old === print ? [] : [{ path: pathOf(file), what: old === undefined ? 'is new' : 'changed' }];
      }),
      ...[...was.keys()].flatMap((file): FileEdit[] =>
        is.has(file) ? [] : [{ path: pathOf(file), what: 'was deleted' }],
      ),
    ];
  });
}

/** The image is asked for anew, from the context as it is now. A build in flight used the old one: it is marked stale. */
function askBuild({ shared, state }: Draft, image: string, because: readonly Reason[]): void {
  shared.rebuilds = withEntry(shared.rebuilds, image, because);
  shared.built = withoutEntries(shared.built, (key) => imageOfKey(key) === image);
  forgiveShared(shared, `inspectBuild ${image}`, `buildImage ${image}`);
  if (state.inFlight.has(image)) shared.overtaken = withMember(shared.overtaken, image);
}
