import { describeInBrowser, LOOKS, type Visit } from '../../helpers/browser';
import { MAILS } from './mails';

describeInBrowser('mails in a browser', (open) => {
  /** Each mail is opened once. */
  const visits = new Map<string, Visit>();

  describe.each(LOOKS)('$width pixels, $scheme', (look) => {
    it.each(Object.keys(MAILS))('%s: nothing is cut off, hard to read, or fetched from anywhere', async (name) => {
      const visit = visits.get(name) ?? (await open(MAILS[name]!().html, look));
      visits.set(name, visit);
      await visit.look(look);
      const { SCREENSHOTS: folder } = process.env;
      if (folder !== undefined) await visit.page.screenshot({ path: `${folder}/${name}-${look.width}-${look.scheme}.png`, fullPage: true });
      expect(await visit.complaints()).toEqual([]);
    });
  });
});
