// Polls while the assessment is being graded. Without JavaScript there is a link.

if (document.getElementById("grading")) setTimeout(() => location.reload(), 2000);
