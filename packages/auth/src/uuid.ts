/**
 * How ids of rows are written. An id that a client or a stranger's token brings is held against it before it reaches a
 * statement: a cast that fails there would be an internal error.
 */
export const uuidGrammar: RegExp = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
