/* Sets the colour scheme before the first paint. An own file, because the policy allows no inline script. */
(() => {
  const page = document.documentElement;
  let wish = page.dataset.theme;
  if (wish !== 'light' && wish !== 'dark') {
    try {
      wish = localStorage.getItem('flightdeck.theme');
    } catch {
      wish = null;
    }
  }
  if (wish !== 'light' && wish !== 'dark') {
    wish = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
  }
  page.dataset.theme = wish;
  page.dataset.mantineColorScheme = wish;
})();
