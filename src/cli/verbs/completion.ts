import { UsageError } from '../failure.ts';
import type { Session } from '../session.ts';

/** Each script asks `viaduct __complete WORD… CURRENT` and offers the lines it prints; `:file` stands for files. */
const scripts: Readonly<Record<string, string>> = {
  bash: `_viaduct() {
  local words cword cur candidates
  # Colons and equal signs belong to the word, as in MAC addresses.
  _get_comp_words_by_ref -n =: cur words cword 2>/dev/null || { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${words[cword]}; }
  mapfile -t candidates < <(viaduct __complete "\${words[@]:1:cword}" 2>/dev/null)
  COMPREPLY=()
  if [[ \${candidates[0]} == :file ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    return
  fi
  COMPREPLY=("\${candidates[@]}")
  declare -F __ltrim_colon_completions >/dev/null && __ltrim_colon_completions "$cur"
}
complete -F _viaduct viaduct
`,
  zsh: `#compdef viaduct
_viaduct() {
  local -a candidates
  candidates=("\${(@f)$(viaduct __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $candidates[1] == :file ]]; then
    _files
  else
    compadd -- $candidates
  fi
}
if [[ $funcstack[1] == _viaduct ]]; then _viaduct "$@"; else compdef _viaduct viaduct; fi
`,
  fish: `function __viaduct_complete
  set -l candidates (viaduct __complete (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)
  if test "$candidates[1]" = :file
    __fish_complete_path (commandline -ct)
  else
    printf '%s\\n' $candidates
  end
end
complete -c viaduct -f -a '(__viaduct_complete)'
`,
};

export async function completion({ t, terminal }: Session, { shell }: { readonly shell: string }): Promise<void> {
  const script = Object.hasOwn(scripts, shell) ? scripts[shell] : undefined;
  if (script === undefined) throw new UsageError(t('usage.shell'));
  terminal.stdout(script);
}
