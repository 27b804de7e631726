/** Where the controls are, beside the AWS API. */
export const PREFIX = '/_sandbox/';
