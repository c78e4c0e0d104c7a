/** What a shell loads to complete; each asks `racewalk complete`. Where it has no answer, files are completed. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# eval "$(racewalk completion bash)"
_racewalk() {
  local IFS=$'\\n'
  COMPREPLY=($(racewalk complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _racewalk racewalk
`,
  zsh: `#compdef racewalk
# eval "$(racewalk completion zsh)"
_racewalk() {
  local -a found
  found=("\${(@f)$(racewalk complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -a found; else _files; fi
}
compdef _racewalk racewalk
`,
  fish: `# racewalk completion fish | source
function __racewalk
  set -l found (racewalk complete -- (commandline -opc)[2..] (commandline -ct) 2>/dev/null)
  if set -q found[1]; printf '%s\\n' $found; else; __fish_complete_path (commandline -ct); end
end
complete -c racewalk -f -a '(__racewalk)'
`,
};
