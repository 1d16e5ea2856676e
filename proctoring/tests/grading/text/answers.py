"""A task and answers to it, shared by the tests of the measures."""

PROMPT = (
    "A customer, Mrs Sen, writes that her mixer makes a loud noise. Write a reply: "
    "apologise, ask one question about it, and offer a repair or a new mixer."
)
EXPECTED = {
    "points": [
        "Apologises for the loud mixer.",
        "Asks when or how the noise appears.",
        "Offers a repair or a new mixer.",
    ]
}
BEGINNER = (
    "Hello madam. I am sorry for mixer. It make big noise. When it make noise? You send "
    "mixer in our shop. We repair it or we give new mixer. Thank you madam."
)
INTERMEDIATE = (
    "Dear Mrs Sen,\n\nThank you for your message. I am sorry that your new mixer is so loud, "
    "and I understand that you are not happy with it.\n\nCould you please tell me when the "
    "noise appears? If it is only loud when you use the big jar, the lid is maybe not closed "
    "properly. If it is always loud, there is a problem with the motor. In this case our "
    "technician can repair it at your home, because you still have the warranty. If he can't "
    "repair it, we will send you a new mixer within five days.\n\nPlease call me or answer "
    "this mail, so we can find a date.\n\nKind regards,\nMohan"
)
ADVANCED = (
    "Dear Mrs Sen,\n\nI was sorry to read that the mixer you ordered from us has turned out "
    "to be so noisy, particularly since quiet operation is precisely what we advertise it "
    "for.\n\nBefore we decide how to proceed, may I ask whether the noise occurs at every "
    "speed or merely when the motor is under load? Were it confined to the highest setting, "
    "a worn bearing would be the likeliest culprit, in which case our engineer could replace "
    "it on your premises without charge. Should it persist throughout, however, I would "
    "rather not put you to the inconvenience of a repair that may prove short-lived; "
    "instead, I would arrange for a replacement to be dispatched at once, with the defective "
    "appliance being collected on delivery.\n\nWhichever applies, you will not incur any "
    "expense. I look forward to hearing from you.\n\nYours sincerely,\nMohan Pillai"
)
