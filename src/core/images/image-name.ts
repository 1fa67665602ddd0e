/**
 * What no image can be called: the kubelet asks nobody about such a name (pkg/kubelet/images/image_manager.go
 * applyDefaultImageTag; the grammar is github.com/distribution/reference's).
 */
export function imageNameProblem(image: string): string | undefined {
  const problem = referenceProblem(image);
  if (problem === undefined) return undefined;
  const name = JSON.stringify(image);
  return `Failed to apply default image tag ${name}: couldn't parse image name ${name}: ${problem}`;
}

/** ParseNormalizedNamed: the same order of questions, the same words. */
function referenceProblem(image: string): string | undefined {
  if (/^[a-f0-9]{64}$/.test(image))
    return `invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`;
  const { domain, rest } = splitDomain(image);
  const repository = rest.split(/[:@]/, 1)[0] ?? '';
  if (repository !== repository.toLowerCase())
    return `invalid reference format: repository name (${repository}) must be lowercase`;
  const match = reference.exec(`${domain}/${rest}`);
  if (match === null) return 'invalid reference format';
  const [, name = '', digest] = match;
  if (name.length > longestName) return `repository name must not be more than ${longestName} characters`;
  return digest === undefined ? undefined : digestProblem(digest);
}

const defaultDomain = 'docker.io';

/** What is before the first `/` is a registry only if nothing but a registry can look like that. */
function splitDomain(image: string): { readonly domain: string; readonly rest: string } {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  const isDomain = /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
  if (isDomain) return { domain: first, rest: image.slice(slash + 1) };
  return { domain: defaultDomain, rest: slash === -1 ? `library/${image}` : image };
}

function digestProblem(digest: string): string | undefined {
  const [algorithm = '', hex = ''] = digest.split(':');
  const length = digestLengths[algorithm];
  if (length === undefined) return 'unsupported digest algorithm';
  if (hex.length !== length) return 'invalid checksum digest length';
  return /^[a-f0-9]*$/.test(hex) ? undefined : 'invalid checksum digest format';
}

const digestLengths: Readonly<Record<string, number | undefined>> = { sha256: 64, sha384: 96, sha512: 128 };

const longestName = 255;
const label = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = String.raw`(?:${label}(?:\.${label})*|\[(?:[a-fA-F0-9:]+)\])(?::[0-9]+)?`;
const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const reference = new RegExp(String.raw`^(${host}/${part}(?:/${part})*)(?::[\w][\w.-]{0,127})?(?:@(${digest}))?$`);
