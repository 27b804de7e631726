// On a wide screen a mail opens beside the list; elsewhere, and without this script, it opens as any link does.
const frame = document.querySelector('iframe');
document.addEventListener('click', (event) => {
  const link = event.target.closest('.mail a');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || getComputedStyle(frame).display === 'none') return;
  event.preventDefault();
  frame.src = link.href;
  for (const one of document.querySelectorAll('.mail a[aria-current]')) one.removeAttribute('aria-current');
  link.setAttribute('aria-current', 'true');
});
