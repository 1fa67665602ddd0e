/** What an edit may not change while its project is up: the file is valid, but not for what runs. */
import type { DataObject, Project } from '../model/project.ts';
import type { Diagnostic } from '../model/diagnostic.ts';

/** Why the edit is refused; undefined for one that may be taken. `file` is the one that the finding is shown for. */
export function refusedEdit(before: Project, next: Project, file: string): Diagnostic | undefined {
  const refuse = (path: string, message: string, hint: string): Diagnostic => ({
    ...{ severity: 'error', file, line: 1, col: 1, width: 1, path, message, hint },
  });
  // The name is the project's identity on the engine.
  if (next.name !== before.name)
    return refuse(
      'name',
      `the project’s name is ${before.name} while it is up, and the file now says ${next.name}`,
      'take it down first',
    );
  const broken = before.objects.find((object) => object.immutable === true && isChanged(object, next.objects));
  if (broken === undefined) return undefined;
  const { kind, name } = broken;
  const what = `${kind} ${name}: Forbidden: field is immutable when \`immutable\` is set`;
  return refuse('data', what, 'give it another name, or take it out of the file first');
}

/** An object that is gone may come again with anything in it, as in Kubernetes. */
function isChanged(object: DataObject, next: readonly DataObject[]): boolean {
  const { kind, namespace, name } = object;
  const now = next.find((each) => each.kind === kind && each.namespace === namespace && each.name === name);
  if (now === undefined) return false;
  const held = ({ data, binaryData }: DataObject) => JSON.stringify([sorted(data), sorted(binaryData)]);
  return now.immutable !== true || held(now) !== held(object);
}

const sorted = (map: Readonly<Record<string, string>>) => Object.entries(map).toSorted(([a], [b]) => (a < b ? -1 : 1));
