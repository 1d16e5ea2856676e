// While the test is being graded, look again by itself; without scripts there is a link.

if (document.getElementById("grading")) setTimeout(() => location.reload(), 2000);
