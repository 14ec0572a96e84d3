"""Wrong answers to scouter_loss."""
# mypy: disable-error-code="no-untyped-call,no-untyped-def"

import torch
import torch.nn.functional as F

from reference.variants import mistake

LOSS = "scouter.scouter_loss"


@mistake(
    of=LOSS,
    says="It looks like the scores went through a softmax before the cross-entropy, which has one inside: give it the "
    "scores themselves.",
)
def cross_entropy_of_probabilities(scores, attention, y, area_weight):
    return F.cross_entropy(torch.softmax(scores, dim=1), y) + area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the scores were taken for log-probabilities: use F.cross_entropy, or apply log_softmax before "
    "F.nll_loss.",
)
def nll_of_scores(scores, attention, y, area_weight):
    return F.nll_loss(scores, y) + area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the logarithm was taken of a probability that rounds to 0: let F.cross_entropy or "
    "F.log_softmax do both in one, which stays finite.",
)
def logarithm_of_zero(scores, attention, y, area_weight):
    p = torch.softmax(scores, dim=1)[torch.arange(len(y)), y]
    return -torch.log(p).mean() + area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the softmax runs over the images: the classes of one image share its probability, so take it "
    "along dim=1.",
)
def softmax_over_images(scores, attention, y, area_weight):
    return F.nll_loss(F.log_softmax(scores, dim=0), y) + area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the scores were negated once more: slot_attention has multiplied them with e already, so take "
    "them as they are.",
)
def negated_scores(scores, attention, y, area_weight):
    return F.cross_entropy(-scores, y) + area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the cross-entropy is summed over the images: take its mean, so that the two terms keep their "
    "balance whatever the batch.",
)
def summed_over_images(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y, reduction="sum") + area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the predicted classes stand where the labels should: a loss compares with y.",
)
def predicted_for_label(scores, attention, y, area_weight):
    return F.cross_entropy(scores, scores.argmax(dim=1)) + area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the area is missing: add area_weight times the mean attention to the cross-entropy.",
)
def no_area(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y)


@mistake(
    of=LOSS,
    says="It looks like area_weight is not used: multiply the mean attention with it.",
)
def weight_ignored(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) + attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the area is subtracted: attention is a cost here, so add it.",
)
def area_subtracted(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) - area_weight * attention.mean()


@mistake(
    of=LOSS,
    says="It looks like the mean attention is squared: add it as it is.",
)
def area_squared(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) + area_weight * attention.mean() ** 2


@mistake(
    of=LOSS,
    says="It looks like the attention is squared before its mean is taken: add the mean of the attention itself.",
)
def mean_of_squares(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) + area_weight * (attention**2).mean()


@mistake(
    of=LOSS,
    says="It looks like the attention is summed over everything: take its mean over images, classes and positions.",
)
def area_summed(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) + area_weight * attention.sum()


@mistake(
    of=LOSS,
    says="It looks like the attention of each image is summed up: take the mean over its classes and positions, too.",
)
def area_summed_per_image(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) + area_weight * attention.sum(dim=(1, 2, 3)).mean()


@mistake(
    of=LOSS,
    says="It looks like the attention is summed over the positions and its mean taken over the maps: take the mean "
    "over the positions as well.",
)
def area_summed_per_map(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) + area_weight * attention.sum(dim=(2, 3)).mean()


@mistake(
    of=LOSS,
    says="It looks like only the attention of the right class costs something: take the mean over all classes.",
)
def area_of_label(scores, attention, y, area_weight):
    return F.cross_entropy(scores, y) + area_weight * attention[torch.arange(len(y)), y].mean()


@mistake(
    of=LOSS,
    says="It looks like area_weight multiplies the whole loss: multiply only the mean attention with it.",
)
def weight_on_both(scores, attention, y, area_weight):
    return area_weight * (F.cross_entropy(scores, y) + attention.mean())


@mistake(
    of=LOSS,
    says="It looks like area_weight shifts the balance, with 1 - area_weight before the cross-entropy: leave that term "
    "as it is.",
)
def weighted_average(scores, attention, y, area_weight):
    return (1 - area_weight) * F.cross_entropy(scores, y) + area_weight * attention.mean()
