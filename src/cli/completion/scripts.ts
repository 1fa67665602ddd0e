/** What each shell runs: it asks podrun, which knows the commands, the options and the Pods. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** How a script asks: what stands behind `podrun` up to the cursor, the last word perhaps empty. */
export const question = '__complete';

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# eval "$(podrun completion bash)" in ~/.bashrc
_podrun() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(podrun ${question} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o bashdefault -o default -F _podrun podrun
`,
  zsh: `#compdef podrun
# eval "$(podrun completion zsh)" in ~/.zshrc, after compinit
_podrun() {
  local -a found
  found=("\${(@f)$(podrun ${question} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("\${(@)found/$'\\t'/:}")
  if [[ -n "\${found[1]}" ]]; then _describe podrun found; else _files; fi
}
compdef _podrun podrun
`,
  fish: `# podrun completion fish > ~/.config/fish/completions/podrun.fish
function __podrun_complete
  set -l token (commandline -ct)
  podrun ${question} -- (commandline -opc)[2..-1] "$token" 2>/dev/null
end
complete -c podrun -f -a '(__podrun_complete)'
complete -c podrun -s f -l file -r -F
complete -c podrun -l env-file -r -F
complete -c podrun -l from -r -F
`,
};

/** @param shell unset: the user's own, by SHELL, else bash */
export function completionScript(shell: Shell | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const own = env['SHELL']?.replace(/^.*\//, '');
  return scripts[shell ?? shells.find((each) => each === own) ?? 'bash'];
}
