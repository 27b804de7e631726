/** One AWS list price of us-east-1 in US dollars, free tiers aside. */
export interface Price {
  /** For one unit. */
  dollars: number;
  /** As the page says it. */
  text: string;
  page: string;
}

const price = (amount: number, units: number, per: string, service: string): Price => ({
  dollars: amount / units,
  text: `$${amount} per ${per}`,
  page: `https://aws.amazon.com/${service}/pricing/`,
});

/** What the costs are computed with. */
export const PRICES = {
  lambdaArm: price(0.0000133334, 1, 'GB-second, arm64', 'lambda'),
  lambdaX86: price(0.0000166667, 1, 'GB-second, x86', 'lambda'),
  lambdaRequest: price(0.2, 1e6, 'million requests', 'lambda'),
  secret: price(0.4, 1, 'secret or replica and month', 'secrets-manager'),
  secretCall: price(0.05, 1e4, '10,000 calls', 'secrets-manager'),
  mail: price(0.1, 1e3, '1,000 mails', 'ses'),
  s3Write: price(0.005, 1e3, '1,000 PUT or LIST requests', 's3'),
  s3Read: price(0.0004, 1e3, '1,000 GET requests', 's3'),
  s3Storage: price(0.023, 1, 'GB and month', 's3'),
  metric: price(0.3, 1, 'custom metric and month', 'cloudwatch'),
  alarm: price(0.1, 1, 'alarm and month', 'cloudwatch'),
  log: price(0.5, 1, 'GB of logs written', 'cloudwatch'),
  event: price(1, 1e6, 'million custom events', 'eventbridge'),
  schedule: price(1, 1e6, 'million schedule invocations', 'eventbridge'),
  customerKey: price(1, 1, 'customer managed key or replica of one and month', 'kms'),
  keyRequest: price(0.03, 1e4, '10,000 requests', 'kms'),
  trace: price(5, 1e6, 'million traces recorded', 'xray'),
} as const satisfies Record<string, Price>;

/** When these prices were last known to hold. */
export const PRICES_OF = 'November 2026';
