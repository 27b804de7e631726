import { DeploymentError } from './errors';

/** What a template's functions are resolved against. */
export interface Scope {
  stack: string;
  /** Parameters and pseudo parameters. */
  values: Readonly<Record<string, string | string[]>>;
  mappings: Readonly<Record<string, Record<string, Record<string, unknown>>>>;
  conditions: Readonly<Record<string, unknown>>;
  /** Resources already made, by logical id. */
  made: ReadonlyMap<string, { ref: string; attributes: Record<string, string> }>;
}

/** Rules have functions that conditions have not. */
const ASSERTION = 'assertion';
const NO_VALUE = Symbol('AWS::NoValue');

/** The function of an object such as `{"Ref": "X"}`, or undefined when it is plain data. */
export function functionOf(value: object): { name: string; argument: unknown } | undefined {
  const [entry, ...others] = Object.entries(value) as [string, unknown][];
  if (!entry || others.length > 0) return undefined;
  const [name, argument] = entry;
  return name === 'Ref' || name.startsWith('Fn::') ? { name, argument } : undefined;
}

/** The names inside `${…}` of a Fn::Sub string; `${!…}` is literal. */
export const substitutions = (text: string): string[] => [...text.matchAll(/\$\{(?!!)([^}]+)\}/g)].map(([, name = '']) => name.trim());

/** Resolves templates' functions at one place of one stack; throws DeploymentErrors that name stack, place and function. */
export class Resolver {
  constructor(
    private readonly scope: Scope,
    /** The logical id or section that is being resolved. */
    private readonly place: string,
  ) {}

  /** The value with every function replaced; `AWS::NoValue` members are left out. */
  resolve(value: unknown): unknown {
    const resolved = this.value(value);
    return resolved === NO_VALUE ? undefined : resolved;
  }

  /** Whether a named condition of the template holds. */
  condition(name: string): boolean {
    if (!Object.hasOwn(this.scope.conditions, name)) throw this.error(`the condition ${name} is not in the template`);
    return this.boolean(this.scope.conditions[name], `condition ${name}`);
  }

  /** Whether an assertion of a rule holds. */
  asserts(assertion: unknown): boolean {
    return this.boolean(assertion, ASSERTION);
  }

  private value(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.value(item)).filter((item) => item !== NO_VALUE);
    if (typeof value !== 'object' || value === null) return value;
    const fn = functionOf(value);
    if (fn) return this.call(fn.name, fn.argument);
    const stray = Object.keys(value).find((key) => key.startsWith('Fn::'));
    if (stray) throw this.error(`${stray} must be the only key of its object`);
    return Object.fromEntries(
      Object.entries(value)
        .map(([key, member]) => [key, this.value(member)] as const)
        .filter(([, member]) => member !== NO_VALUE),
    );
  }

  private call(name: string, argument: unknown): unknown {
    switch (name) {
      case 'Ref':
        return this.ref(this.string(argument, name));
      case 'Fn::GetAtt':
        return this.attribute(argument);
      case 'Fn::Sub':
        return this.sub(argument);
      case 'Fn::Join': {
        const [separator, items] = this.list(argument, name, 2);
        return this.strings(items, name).join(this.string(separator, name));
      }
      case 'Fn::Split': {
        const [separator, text] = this.list(argument, name, 2);
        return this.string(this.value(text), name).split(this.string(separator, name));
      }
      case 'Fn::Select': {
        const [index, items] = this.list(argument, name, 2);
        const at = Number(this.value(index));
        const all = this.strings(items, name);
        const selected = all[at];
        if (selected === undefined) throw this.error(`${name}: index ${at} is outside the list of ${all.length}`);
        return selected;
      }
      case 'Fn::If': {
        const [condition, yes, no] = this.list(argument, name, 3);
        return this.value(this.condition(this.string(condition, name)) ? yes : no);
      }
      case 'Fn::FindInMap': {
        const [map, first, second] = this.list(argument, name, 3).map((part) => this.string(this.value(part), name));
        const found = this.scope.mappings[map ?? '']?.[first ?? '']?.[second ?? ''];
        if (found === undefined)
          throw this.error(`${name}: the mapping ${String(map)}.${String(first)}.${String(second)} is not in the template`);
        return found;
      }
      case 'Fn::Equals':
      case 'Fn::Not':
      case 'Fn::And':
      case 'Fn::Or':
        return this.boolean({ [name]: argument }, name);
      default:
        throw this.error(`the function ${name} is not supported`);
    }
  }

  private boolean(value: unknown, where: string): boolean {
    const entries: [string, unknown][] = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
    const [name, argument] = entries.length === 1 && entries[0] ? entries[0] : ['', undefined];
    switch (name) {
      case 'Condition':
        return this.condition(this.string(argument, where));
      case 'Fn::Equals': {
        const [left, right] = this.list(argument, name, 2).map((side) => this.value(side));
        return String(left) === String(right);
      }
      case 'Fn::Not':
        return !this.boolean(this.list(argument, name, 1)[0], where);
      case 'Fn::Contains': {
        if (where !== ASSERTION) throw this.error(`${where}: ${name} is not a supported condition`);
        const [list, text] = this.list(argument, name, 2);
        return this.strings(list, name).includes(this.string(this.value(text), name));
      }
      case 'Fn::And':
        return this.list(argument, name).every((part) => this.boolean(part, where));
      case 'Fn::Or':
        return this.list(argument, name).some((part) => this.boolean(part, where));
      default:
        throw this.error(`${where}: ${name || JSON.stringify(value)} is not a supported condition`);
    }
  }

  private ref(name: string): unknown {
    if (name === 'AWS::NoValue') return NO_VALUE;
    if (Object.hasOwn(this.scope.values, name)) return this.scope.values[name];
    const made = this.scope.made.get(name);
    if (!made) throw this.error(`Ref ${name}: no such parameter or resource in the stack`);
    return made.ref;
  }

  private attribute(argument: unknown): string {
    const [id = '', ...rest] = Array.isArray(argument)
      ? argument.map((part) => this.string(part, 'Fn::GetAtt'))
      : this.string(argument, 'Fn::GetAtt').split('.');
    const name = rest.join('.');
    const made = this.scope.made.get(id);
    if (!made) throw this.error(`Fn::GetAtt ${id}.${name}: no such resource in the stack`);
    const value = made.attributes[name];
    if (value === undefined) throw this.error(`Fn::GetAtt ${id}.${name}: the resource has no such attribute`);
    return value;
  }

  private sub(argument: unknown): string {
    const [text, variables] = Array.isArray(argument) ? this.list(argument, 'Fn::Sub', 2) : [argument, {}];
    const own = (this.value(variables) ?? {}) as Record<string, unknown>;
    return this.string(text, 'Fn::Sub').replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, raw: string) => {
      if (literal) return `\${${raw}}`;
      const name = raw.trim();
      if (Object.hasOwn(own, name)) return this.string(own[name], 'Fn::Sub');
      return this.string(name.includes('.') ? this.attribute(name) : this.ref(name), `Fn::Sub \${${name}}`);
    });
  }

  private list(value: unknown, name: string, length?: number): unknown[] {
    if (!Array.isArray(value) || (length !== undefined && value.length !== length)) {
      throw this.error(`${name} needs a list${length === undefined ? '' : ` of ${length}`}; got ${JSON.stringify(value)}`);
    }
    return value;
  }

  private strings(value: unknown, name: string): string[] {
    return this.list(this.value(value), name).map((item) => this.string(item, name));
  }

  private string(value: unknown, name: string): string {
    if (typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    throw this.error(`${name} needs a string; got ${typeof value === 'symbol' ? 'AWS::NoValue' : JSON.stringify(value)}`);
  }

  private error(message: string): DeploymentError {
    return new DeploymentError(`stack ${this.scope.stack}, ${this.place}: ${message}`);
  }
}
