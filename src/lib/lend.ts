/** Puts variables into an environment. What is returned takes them out, and what they replaced back in. */
export function lend(
  environment: Record<string, string | undefined>,
  values: Readonly<Record<string, string>>,
): () => void {
  const before = Object.keys(values).map((name) => [name, environment[name]] as const);
  Object.assign(environment, values);
  return () => {
    for (const [name, value] of before) {
      // An environment turns undefined into a text.
      if (value === undefined) delete environment[name];
      else environment[name] = value;
    }
  };
}
