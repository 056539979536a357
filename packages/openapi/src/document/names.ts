/** Names that are given away once. */
export interface Names {
  /**
   * The wanted name, or the first of `name2`, `name3`… that is free.
   * @param endings What else must be free: the name with each of these behind it.
   */
  take(wanted: string, endings?: readonly string[]): string;
}

/** Makes names. */
export function uniqueNames(): Names {
  const taken = new Set<string>();
  return {
    take(wanted, endings = []) {
      const all = (name: string): readonly string[] => [name, ...endings.map((ending) => `${name}${ending}`)];
      let name = wanted;
      for (let at = 2; all(name).some((each) => taken.has(each)); at += 1) name = `${wanted}${at}`;
      for (const each of all(name)) taken.add(each);
      return name;
    },
  };
}

/** `blog-posts` and `auth.me` become `BlogPosts` and `AuthMe`. */
export function pascalCase(text: string): string {
  return wordsOf(text)
    .map((word) => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`)
    .join("");
}

/** `blog-posts` and `auth.me` become `blogPosts` and `authMe`. */
export function camelCase(text: string): string {
  const name = pascalCase(text);
  return `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
}

function wordsOf(text: string): readonly string[] {
  return text.match(/[A-Za-z0-9]+/g) ?? [];
}
