import { createRequire } from 'node:module';

/** What the product gives to a client. */
interface Configuration {
  endpoint?: unknown;
  region?: string;
  maxAttempts?: number;
  credentials?: { accessKeyId: string };
}
type ClientClass = (new (configuration: Configuration) => object) & { prototype: object };

/** The clients that every invocation makes anew; by package, class and the SDK's name of the service. */
const MADE_OFTEN = [
  ['@aws-sdk/client-iam', 'IAMClient', 'IAM'],
  ['@aws-sdk/client-secrets-manager', 'SecretsManagerClient', 'Secrets Manager'],
] as const;
/** What the SDK takes when the client is not told. */
const USUAL_ATTEMPTS = 3;
/** Middleware is for the wire. */
const NO_MIDDLEWARE = { add: () => undefined, addRelativeTo: () => undefined };

const load = createRequire(__filename);

/**
 * From now on these clients of the product are made without what only the SDK's wire needs, which is most of them; those that are given an
 * endpoint stay as they are. Gives the function that ends it.
 */
export function makeClientsLight(): () => void {
  const undo = MADE_OFTEN.map(([name, className, serviceId]) => {
    const exported = load(name) as Record<string, ClientClass>;
    const whole = exported[className];
    if (whole === undefined) throw new Error(`${name} has no ${className}`);
    exported[className] = lightOf(whole, serviceId);
    return () => (exported[className] = whole);
  });
  return () => {
    for (const one of undo) one();
  };
}

function lightOf(whole: ClientClass, serviceId: string): ClientClass {
  const light = function (configuration: Configuration): object {
    if (configuration.endpoint !== undefined) return new whole(configuration);
    const { region = process.env['AWS_REGION'], maxAttempts = USUAL_ATTEMPTS, credentials } = configuration;
    const given =
      <T>(value: T) =>
      () =>
        Promise.resolve(value);
    const config = { serviceId, region: given(region), maxAttempts: given(maxAttempts), credentials: given(credentials) };
    return Object.assign(Object.create(whole.prototype) as object, { config, middlewareStack: NO_MIDDLEWARE });
  };
  // The SDK's paginators ask whether they are given one of theirs.
  light.prototype = whole.prototype;
  return light as unknown as ClientClass;
}
