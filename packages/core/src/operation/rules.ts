import type { Logger } from "../contract/logger.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { AccessRule, FieldRule, Operation } from "../contract/rule.ts";
import { everything, type Filter } from "../filter/tree.ts";
import type { View, Views } from "../filter/view.ts";
import { hasEmptyPart, parseWhere } from "../filter/where.ts";
import type { Principal } from "./principal.ts";

/** The rows that a rule lets through; `undefined` where it denies. */
export type Verdict = Filter | undefined;

/** What is asked of a rule. */
export interface Question {
  readonly model: CollectionModel;
  readonly operation: Operation;
  readonly id: string | undefined;
  readonly principal: Principal;
}

/** Asks rules. One that answers at once is not waited for; one that fails denies and is logged. */
export interface RuleAsker {
  /** Asks a rule of a collection; a missing one denies. */
  ask(rule: AccessRule | undefined, question: Question): Verdict | Promise<Verdict>;
  /** Asks a rule of a field; a missing one allows. */
  askField(rule: FieldRule | undefined, field: FieldModel, question: Question): Verdict | Promise<Verdict>;
}

/** Makes the asker of an application. `systemViews` are what a rule's own filter may name: everything. */
export function ruleAsker(systemViews: Views, logger: Logger): RuleAsker {
  function verdict(question: Question, answer: () => unknown): Verdict | Promise<Verdict> {
    const { model } = question;
    const view = systemViews.get(model.slug);
    const judge = (given: unknown): Verdict => ruleFilter(given, view, systemViews);
    const refuse = (error: unknown): undefined => logMistake(logger, question, error);
    try {
      const given = answer();
      return given instanceof Promise ? given.then(judge).catch(refuse) : judge(given);
    } catch (error) {
      return refuse(error);
    }
  }
  return {
    ask(rule, question) {
      if (question.principal.system) return everything;
      if (isBeyondScope(question) || isStranger(question)) return undefined;
      if (rule === question.model.access.read && isOwnDocument(question)) return everything;
      if (rule === undefined || rule === false) return undefined;
      return rule === true ? everything : verdict(question, () => rule(contextOf(question)));
    },
    askField(rule, field, question) {
      if (question.principal.system || rule === true || rule === undefined) return everything;
      if (rule === false) return undefined;
      return verdict(question, () => rule({ ...contextOf(question), field: field.name }));
    },
  };
}

/** Whether a key that the caller came with was not made for this: then no rule is asked, whatever it would say. */
export function isBeyondScope({ model, operation, principal: { user } }: Omit<Question, "id">): boolean {
  const scopes = user?.scopes;
  return scopes !== undefined && !scopes.includes(`${model.slug}:${operation}`);
}

/**
 * Whether somebody who is not signed in wants to make an account past the plugin's own route for it, which counts attempts
 * and does not tell whether an address is taken.
 */
function isStranger({ model: { definition }, operation, principal }: Question): boolean {
  const { user, isRemote } = principal;
  return operation === "create" && isRemote === true && user === null && (definition.auth ?? false) !== false;
}

function isOwnDocument({ model, operation, id, principal: { isOwn, user } }: Question): boolean {
  return isOwn === true && operation === "read" && id === user?.id && model.slug === user?.collection;
}

function contextOf({ model, operation, id, principal }: Question): {
  readonly user: Principal["user"];
  readonly operation: Operation;
  readonly collection: string;
  readonly id: string | undefined;
  readonly requestId: string;
} {
  return {
    user: principal.user,
    operation,
    collection: model.slug,
    id,
    requestId: principal.requestId,
  };
}

function logMistake(logger: Logger, { model, operation, principal }: Question, error: unknown): undefined {
  logger.error("access rule failed and denies", {
    collection: model.slug,
    operation,
    requestId: principal.requestId,
    error: error instanceof Error ? error.message : String(error),
  });
}

/** `true` is everything, a filter itself; `false` and `null` deny; anything else is a mistake of the rule. */
function ruleFilter(answer: unknown, view: View | undefined, views: Views): Verdict {
  if (answer === true) return everything;
  if (answer === false || answer === null) return undefined;
  if (typeof answer !== "object" || view === undefined)
    throw new TypeError("an access rule must answer true, false, null or a filter");
  const filter = parseWhere(answer, view, views);
  if (hasEmptyPart(answer)) throw new TypeError("a filter of an access rule must not be empty, in no part");
  return filter;
}
