/** What each shell runs: it asks podrun, which knows the commands, the options and the Pods. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** How a script asks: what stands behind `podrun` up to the cursor, the last word perhaps empty. */
export const question = '__complete';

/** What podrun answers where the name of a file may stand: the shell knows those best. */
export const filesAnswer = ':files';

const scripts: Readonly<Record<Shell, string>> = {
  bash: `# eval "$(podrun completion bash)" in ~/.bashrc
_podrun() {
  local IFS=$'\\n'
  COMPREPLY=($(podrun ${question} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
  if [ "\${COMPREPLY[0]}" = '${filesAnswer}' ]; then
    COMPREPLY=()
    compopt -o bashdefault -o default
  fi
}
complete -F _podrun podrun
`,
  zsh: `#compdef podrun
# eval "$(podrun completion zsh)" in ~/.zshrc, after compinit
_podrun() {
  local -a found
  found=("\${(@f)$(podrun ${question} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ "\${found[1]}" = '${filesAnswer}' ]]; then
    _files
  elif [[ -n "\${found[1]}" ]]; then
    found=("\${(@)found//:/\\\\:}")
    found=("\${(@)found/$'\\t'/:}")
    _describe podrun found
  fi
}
compdef _podrun podrun
`,
  fish: `# podrun completion fish > ~/.config/fish/completions/podrun.fish
function __podrun_complete
  set -l token (commandline -ct)
  set -l found (podrun ${question} -- (commandline -opc)[2..-1] "$token" 2>/dev/null)
  if test "$found[1]" = '${filesAnswer}'
    __fish_complete_path "$token"
  else
    string join \\n -- $found
  end
end
complete -c podrun -f -a '(__podrun_complete)'
`,
};

/** @param shell unset: the user's own, by SHELL, else bash */
export function completionScript(shell: Shell | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const own = env['SHELL']?.replace(/^.*\//, '');
  return scripts[shell ?? shells.find((each) => each === own) ?? 'bash'];
}
