import { describeInBrowser } from '../../helpers/browser';
import { SANDBOXES, served } from './served';

describeInBrowser('the pages of the sandbox', (open) => {
  const controls = served('enforcing');
  const at = (path: string): URL => new URL(`/_sandbox/${path}`, controls().sandbox.url);

  it('let a day pass, and lead from what happened to a user, the secret, the mail and the report, on a phone and in the dark', async () => {
    const { page, complaints } = await open(at(''), { width: 360, scheme: 'dark' });
    const fine = async (place: string): Promise<void> => {
      expect([place, await complaints()]).toEqual([place, []]);
    };
    const follow = async (name: string | RegExp): Promise<void> => {
      await page.getByRole('link', { name, exact: true }).first().click();
    };
    await fine('overview');
    await page.getByRole('button', { name: 'Next day' }).click();
    await page.getByRole('heading', { level: 1, name: 'What happened last' }).waitFor();
    await fine('what happened');
    await follow('ancient-batch');
    await page.getByRole('heading', { level: 1, name: 'ancient-batch' }).waitFor();
    await fine('a user');
    await follow(/^Account_\d+_User_ancient-batch_AccessKey$/);
    await page.getByText('AWSCURRENT').waitFor();
    await fine('a secret');
    await follow('Accounts');
    await page.goto(at('mails/1').href);
    await page.frameLocator('iframe').getByRole('heading').first().waitFor();
    await fine('a mail');
    await follow('Reports');
    await fine('reports');
    await follow('The newest report of the whole organization');
    await page.locator('#table tbody tr').first().waitFor();
    await fine('the report');
    await page.close();
  });

  it('fit a wide screen in the light', async () => {
    const { page, complaints } = await open(at(`accounts/${SANDBOXES}`), { width: 1200, scheme: 'light' });
    expect(await complaints()).toEqual([]);
    await page.close();
  });
});
