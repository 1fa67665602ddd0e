/** The command line: which command, its options, and how its end becomes an exit code. */
import yargs from 'yargs';
import type { Argv } from 'yargs';
import type { World } from '../run/world.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { completionScript, question, shells } from './completion/scripts.ts';
import { explainUsage, whichCommand, WrongUsage } from './help/wrong-usage.ts';
import { manQuestion, optionGroups } from './help/read-help.ts';
import { commandIn, spellOut, withGlobalOptions } from './options/global-options.ts';
import type { Run } from './exit-code.ts';
import { addChangeCommands } from './change-commands.ts';
import { addFixtureCommands } from './fixture-commands.ts';
import { addImageCommands } from './image-commands.ts';
import { addPodCommands } from './pod-commands.ts';
import { addProjectCommands } from './project-commands.ts';
import { addStreamCommands } from './stream-commands.ts';
import { tellError } from './tell-error.ts';
import { backgroundWord } from './up/background-word.ts';

/** Runs one command line. Never rejects: whatever goes wrong is told on standard error. */
export async function runCommand(args: readonly string[], version: string, world: World): Promise<number> {
  let code: number = exitCode.done;
  const run: Run = async (command) => {
    code = await command;
  };
  const makeCli = () => commandLine(world, run).version(version);
  const words = spellOut(args);
  try {
    if (args[0] === backgroundWord) {
      const { serve } = await import('./up/serve.ts');
      return await serve(world);
    }
    if (args[0] === question) {
      const { complete } = await import('./completion/complete.ts');
      await complete(world, args.slice(2), makeCli);
    } else if (args[0] === manQuestion) {
      const { manPage } = await import('./help/man-page.ts');
      world.stdout.write(await manPage(version, makeCli));
    } else if (commandIn(words) === undefined && words.every(isGlobalValue)) await printCommands(world, makeCli());
    else await makeCli().parseAsync(helpFirst(words));
    return code;
  } catch (error) {
    if (!(error instanceof WrongUsage)) return tellError(world, error);
    return tellError(world, new CommandError(exitCode.usage, await explainUsage(words, error.message, makeCli)));
  }
}

/** A global option with its value: it leaves open what is to be done. */
const isGlobalValue = (word: string): boolean => /^--(file|project|host|env-file|profile)=/.test(word);

/** `podrun help COMMAND`, as in kubectl, is `podrun COMMAND --help`. */
function helpFirst(words: readonly string[]): string[] {
  const [first, ...rest] = words;
  return first === 'help' ? [...rest, '--help'] : [...words];
}

/** podrun without a command, as kubectl without one: what it can do. */
async function printCommands(world: World, cli: Argv): Promise<void> {
  const text = await cli.getHelp();
  const commands = text.slice(0, text.indexOf(`\n\n${optionGroups.own}`));
  world.stdout.write(
    `${commands}\n\npodrun COMMAND --help: what it takes, with examples\npodrun --help: the global options\n`,
  );
}

function commandLine(world: World, run: Run): Argv {
  const cli = withGlobalOptions(yargs().scriptName('podrun'), world.env);
  const withCommands = [
    addProjectCommands,
    addImageCommands,
    addPodCommands,
    addStreamCommands,
    addChangeCommands,
    addFixtureCommands,
  ].reduce((y, add) => add(y, world, run), cli);
  return withCommands
    .alias('h', 'help')
    .command(
      'completion [shell]',
      'Print a completion script',
      (y) =>
        y
          .positional('shell', { choices: shells, describe: 'By default your own, as SHELL says' })
          .example('eval "$($0 completion bash)"', 'In ~/.bashrc; zsh alike, in ~/.zshrc after compinit')
          .example('$0 completion fish > ~/.config/fish/completions/podrun.fish', 'Once'),
      (args) => void world.stdout.write(completionScript(args.shell, world.env)),
    )
    .usage('$0 COMMAND\n\nKubernetes Pods on this machine’s Docker engine, from one pods.yaml, with no cluster.')
    .example('$0 up', 'Make the Pods of ./pods.yaml, show their logs, follow edits; Ctrl-C takes them down')
    .example('$0 diff', 'What up would do, and which field causes it')
    .example('$0 -p shop logs -f web', 'Follow a Pod’s logs from another terminal')
    .demandCommand(1, whichCommand)
    .strict()
    .detectLocale(false)
    .wrap(Math.min(world.stdout.columns ?? 100, 120))
    .exitProcess(false)
    .fail((message, error: Error | undefined) => {
      // Yargs' own: of an option without its value, and around what an option's reading threw.
      if (error !== undefined && error.name !== 'YError') throw error;
      throw new WrongUsage(message ?? error?.message);
    });
}
