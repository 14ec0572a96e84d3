"""Two colour tables, 256 colours each, as matplotlib draws them: importing it would cost more than the whole page."""

from __future__ import annotations

import base64

# matplotlib's inferno: red, green, blue of each.
SEQUENTIAL = base64.b64decode(
    "AAAEAQAFAQEGAQEIAgEKAgIMAgIOAwIQBAMSBAMUBQQXBgQZBwUbCAUdCQYfCgciCwckDAgmDQgpDgkrEAktEQowEgoyFAs0FQs3"
    "Fgs5GAw8GQw+GwxBHAxDHgxFHwxIIQxKIwxMJAxPJgxRKAtTKQtVKwtXLQtZLwpbMQpcMgpeNApfNglhOAliOQljOwlkPQllPglm"
    "QApnQgpoRApoRQppRwtqSQtqSgxrTAxrTQ1sTw1sUQ5sUg5tVA9tVQ9tVxBuWRBuWhFuXBJuXRJuXxNuYRNuYhRuZBVuZRVuZxZu"
    "aRZuahdubBhubRhubxlucRluchpudBpudRtudxxteBxteh1tfB1tfR5tfx5sgB9sgiBshCBrhSFrhyFriCJqiiJqjCNpjSNpjyRp"
    "kCVokiVokyZnlSZnlydmmCdmmihlmylknSlknypjoCpjoitioyxhpSxgpi1gqC5fqS5eqy9erTBdrjBcsDFbsTJaszJatDNZtjRY"
    "tzVXuTVWujZVvDdUvThTvzlSwDpRwTpQwztPxDxOxj1Nxz5MyD9LykBKy0FJzEJIzkNHz0RG0EVF0kZE00dD1EhC1UpB10s/2Ew+"
    "2U092k4821A73VE63lI431M34FU24VY14lc041kz5Fox5Vww5l0v514u6GAt6WEr6mMq62Qp62Yo7Gcm7Wkl7mok72wj724h8G8g"
    "8XEf8XMd8nQc83Yb83gZ9HkY9XsX9X0V9n4U9oAT94IS94QQ+IUP+IcO+IkM+YsL+YwK+Y4J+pAI+pIH+pQH+5YG+5cG+5kG+5sG"
    "+50H/J8H/KEI/KMJ/KUK/KYM/KgN/KoP/KwR/K4S/LAU/LIW/LQY+7Ya+7gd+7of+7wh+74j+sAm+sIo+sQq+sYt+ccv+cky+cs1"
    "+M03+M8699E999NA9tVD9tdG9dlJ9dtM9N1P9N9T9OFW8+Na8+Vd8uZh8uhl8upp8ext8e1x8e918fF58vJ98vSC8/WG8/aK9PiO"
    "9fmS9vqW+Pua+fyd+v2h/P+k"
)

# matplotlib's RdBu_r: red, green, blue of each.
DIVERGING = base64.b64decode(
    "BTBhBjJkBzRnCDZqCThtCjtwDD1zDT92DkF5D0N7EEV+EUeBEkmEE0yHFE6KFVCNF1KQGFSTGVaWGliZG1qcHFyfHV+iHmGlH2Oo"
    "IGWrImesI2mtJGquJmyvJ26wKHCxKnGyK3OzLHW0Lne1L3m1MHq2Mny3M364NIC5NoG6N4O7OIW8Ooe9O4i+PIq+Poy/P47AQI/B"
    "QpHCQ5PDRpXESZfFTJnGT5vHUp3IVp/JWaHKXKPLX6XNYqfOZanPaKvQa6zRbq7ScbDTdbLUeLTVe7bWfrjXgbrYhLzZh77aisDb"
    "jcLckMTdk8belsffmMjgm8ngncvhoMzios3jpc7jp9DkqdHlrNLlrtPmsdXns9bottfouNjpu9rqvdvqwNzrwt3sxd/sx+DtyuHu"
    "zOLvz+Tv0eXw0ubw1Obx1efx1+jx2Onx2uny2+ry3evy3uvy4Ozz4e3z4+3z5O705u/05/D06fD06vH17PL17fL17/P18PT28vX2"
    "8/X29fb39vf39/b29/X0+PTy+PPw+PLv+PHt+fDr+e/p+e7n+e3l+evj+urh+unf+uje+ufc++ba++XY++TW++PU/OLS/ODQ/N/P"
    "/N7N/d3L/dzJ/dvH/dnE/NfC/NW//NO8+9C5+863+8y0+sqx+siv+cas+cSp+cKn+L+k+L2h+Lue97mc97eZ97WW9rOU9rGR9q+O"
    "9ayL9aqJ9aiG9KaD86SB8qF/8Z598Jx775l57pZ37JN065Fy6o5w6Ytu6Ils5oZq5YNo5IBm435k4nti4Xhg33Ze3nNc3XBZ3G5X"
    "22tV2mhT2GVR12NP1mBN1V1M01pK0lhJ0FVIz1JGzk9FzExEy0lCyUdByERAxkE+xT49xDs8wjg6wTY5vzM4vjA2vS01uyo0uigy"
    "uCUxtyIwth8utBwtsxkssRgrrhcqqxYqqBUppRQpohMonxIonBEnmRAnlg8nkw4mkA0mjQwligslhwokhAkkgQgjfwgjfAcieQYi"
    "dgUhcwQhcAMgbQIgagEfZwAf"
)
