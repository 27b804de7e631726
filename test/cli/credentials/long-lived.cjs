// A program as people write it, with the SDK's usual way to credentials: for every line of its input it makes one call, until that ends.
'use strict';

const { createInterface } = require('node:readline');
const { GetCallerIdentityCommand, STSClient } = require('@aws-sdk/client-sts');

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
const sts = new STSClient({});
createInterface({ input: process.stdin }).on('line', async () => {
  try {
    await sts.send(new GetCallerIdentityCommand());
    console.log(JSON.stringify({ id: (await sts.config.credentials()).accessKeyId }));
  } catch (error) {
    console.log(JSON.stringify({ error: `${error.name}: ${error.message}` }));
  }
});
