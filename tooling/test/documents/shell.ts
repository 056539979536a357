/**
 * Splits a shell script into its commands, each a list of words: as much of the language as documents use. Comments,
 * variables set in front of a command and redirections are left out; what stands in `$(…)` is a command of its own.
 */
export function shellCommands(script: string): readonly (readonly string[])[] {
  const commands: (readonly string[])[] = [];
  let words: string[] = [];
  let word: string | undefined;

  function endWord(): void {
    if (word !== undefined) words.push(word);
    word = undefined;
  }

  function endCommand(): void {
    endWord();
    const found = withoutRedirections(words);
    while (/^[A-Za-z_]\w*=/.test(found[0] ?? "")) found.shift();
    if (found.length > 0) commands.push(found);
    words = [];
  }

  const text = script.replaceAll("\\\n", " ");
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (character === "'" || character === '"') {
      const end = text.indexOf(character, at + 1);
      const quoted = text.slice(at + 1, end === -1 ? undefined : end);
      if (character === '"')
        for (const inner of substitutions(quoted)) commands.push(...shellCommands(inner));
      word = (word ?? "") + quoted;
      at = end === -1 ? text.length : end;
    } else if (text.startsWith("$(", at)) {
      const end = closing(text, at + 1);
      commands.push(...shellCommands(text.slice(at + 2, end)));
      word = (word ?? "") + text.slice(at, end + 1);
      at = end;
    } else if (character === "\\") {
      at += 1;
      word = (word ?? "") + (text[at] ?? "");
    } else if (character === "#" && word === undefined) {
      at = (text.indexOf("\n", at) + 1 || text.length + 1) - 2;
    } else if (/[\n;|]/.test(character) || (character === "&" && text[at - 1] !== ">")) endCommand();
    else if (/\s/.test(character)) endWord();
    else word = (word ?? "") + character;
  }
  endCommand();
  return commands;
}

function withoutRedirections(words: readonly string[]): string[] {
  return words.filter((word, at) => !/^\d?[<>]/.test(word) && !/^\d?[<>]+$/.test(words[at - 1] ?? ""));
}

function substitutions(text: string): readonly string[] {
  const found: string[] = [];
  for (let at = text.indexOf("$("); at !== -1; at = text.indexOf("$(", at + 2)) {
    found.push(text.slice(at + 2, closing(text, at + 1)));
  }
  return found;
}

/** Where the parenthesis that opens at `at` closes. */
function closing(text: string, at: number): number {
  let depth = 0;
  for (let end = at; end < text.length; end += 1) {
    if (text[end] === "(") depth += 1;
    else if (text[end] === ")") depth -= 1;
    if (depth === 0) return end;
  }
  return text.length;
}
