/** How the deployed stack is called when nobody says otherwise. */
export const STACK = 'IamKeyRotation';

/** `--stack`, the same for every command that works on a deployment. */
export const stackOption = {
  kind: 'parsed',
  parse: String,
  placeholder: 'name',
  default: STACK,
  brief: 'name of the deployed stack',
} as const;

/** An option without a value, off unless it is given. */
export const off = (brief: string) => ({ kind: 'boolean', brief, default: false, withNegated: false }) as const;
