// Started as a process of its own by bundle.ts, because esbuild takes the texts of files only where it may answer later, and the CDK does not
// wait: gives what esbuild makes with the options, and with the texts in place of what is in files of packages, as JSON.
import { text } from 'node:stream/consumers';
import { build } from 'esbuild';

const { options, texts } = JSON.parse(await text(process.stdin));

const given = {
  name: 'given texts',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/]@aws-sdk[\\/]/ }, ({ path }) => {
      const contents = texts[path.split(/[\\/]node_modules[\\/]/).at(-1)];
      return contents === undefined ? undefined : { contents, loader: 'js' };
    });
  },
};

try {
  const { outputFiles, metafile } = await build({ ...options, plugins: [given] });
  const made = outputFiles.map(({ path, text }) => [path, text]);
  process.stdout.write(JSON.stringify({ made, metafile }));
} catch (error) {
  process.stderr.write(error.message);
  process.exitCode = 1;
}
