import type { Cursor } from '../yaml/cursor.ts';
import { below } from '../yaml/cursor.ts';
import { parseQuantity } from '../../model/quantity.ts';
import { hintForQuantity } from '../schema/quantity-hint.ts';
import { fieldsOf } from '../yaml/read.ts';
import type { Report } from '../yaml/report.ts';
import { invalid } from '../yaml/report.ts';
import type { ResourceList, Resources } from '../../model/container.ts';

/** Those of a container whose request may be below its limit. */
const OVERCOMMITTED: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];
const PAGES = /^hugepages-\S+$/;
const EXTENDED = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** A container's requests and limits; nothing where none is given. */
export function readResources(value: unknown, at: Cursor, report: Report): Resources | undefined {
  const { limits, requests: given } = checkQuantities(value, at, report);
  for (const kind of ['limits', 'requests'])
    for (const name of Object.keys(kind === 'limits' ? limits : given))
      if (isOther(name)) {
        const message = 'the engine gives the container none of it';
        report(below(at, kind, name), message, { on: 'key', severity: 'warning', approximates: true });
      }
  // What has a limit and no request asks for the limit (SetDefaults_Pod).
  const requests = { ...given, ...Object.fromEntries(Object.entries(limits).filter(([name]) => !(name in given))) };
  return Object.keys(requests).length === 0 ? undefined : { requests, limits };
}

/** The requests and limits of a container or of a Pod, as they are written (validateResourceRequirements). */
export function checkQuantities(value: unknown, at: Cursor, report: Report): Resources {
  const fields = fieldsOf(value);
  const limits = readList(fields['limits'], below(at, 'limits'), report);
  const requests = readList(fields['requests'], below(at, 'requests'), report);
  for (const [name, request] of Object.entries(requests))
    checkRequest(name, request, limits[name], below(at, 'requests', name), report);
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some((name) => PAGES.test(name)) && !names.includes('cpu') && !names.includes('memory'))
    report(at, 'Forbidden: HugePages require cpu or memory', { on: 'key', hint: 'add a limit of memory' });
  return { limits, requests };
}

function readList(value: unknown, at: Cursor, report: Report): ResourceList {
  const list: Record<string, string> = {};
  for (const [name, amount] of Object.entries(fieldsOf(value))) {
    const here = below(at, name);
    if (!OVERCOMMITTED.includes(name) && !isOther(name)) {
      report(here, invalid(name, 'must be a standard resource for containers'), {
        on: 'key',
        hint: 'cpu, memory, ephemeral-storage, or a name with a prefix such as example.com/gpu',
      });
    }
    if (typeof amount !== 'string' && typeof amount !== 'number') continue;
    const milli = parseQuantity(String(amount));
    if (milli === undefined) {
      report(here, invalid(amount, 'must be a quantity'), { hint: hintForQuantity(name, String(amount)) });
    } else if (milli < 0n) report(here, invalid(amount, 'must be greater than or equal to 0'));
    else if (isOther(name) && milli % 1_000n !== 0n) report(here, invalid(amount, 'must be an integer'));
    else if (!isWholePages(name, milli))
      report(here, invalid(amount, `${amount} is not positive integer multiple of ${name}`));
    else list[name] = String(amount);
  }
  return list;
}

const isOther = (name: string): boolean => PAGES.test(name) || EXTENDED.test(name);

/** IsHugePageResourceValueDivisible. */
function isWholePages(name: string, milli: bigint): boolean {
  if (!PAGES.test(name)) return true;
  const size = parseQuantity(name.replace(/^hugepages-/, ''));
  return size !== undefined && size > 0n && milli % size === 0n;
}

function checkRequest(name: string, request: string, limit: string | undefined, at: Cursor, report: Report): void {
  const isExact = !OVERCOMMITTED.includes(name);
  if (limit === undefined) {
    if (isExact) report(at, 'Required value: Limit must be set for non overcommitable resources');
    return;
  }
  const [asked, most] = [parseQuantity(request) ?? 0n, parseQuantity(limit) ?? 0n];
  if (isExact && asked !== most) report(at, invalid(request, `must be equal to ${name} limit of ${limit}`));
  else if (asked > most) report(at, invalid(request, `must be less than or equal to ${name} limit of ${limit}`));
}
