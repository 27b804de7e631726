/**
 * The only place where a function has credentials. Bundles take it in place of the SDK's chain, whose other members (profiles, single
 * sign-on, instance metadata) no function can need: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
