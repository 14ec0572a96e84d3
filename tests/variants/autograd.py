"""Right answers to the gradient part of the autograd exercise, in other styles."""

import warnings

import torch
from torch.autograd import Variable

from reference.variants import accepted

ACCUMULATE = "autograd.accumulate_gradient"
TWICE = "autograd.second_backward"
NAMES = "autograd.operation_names"


@accepted(
    of=ACCUMULATE, says="as in the lecture's notebook: the first call keeps the graph, the later ones too"
)
def as_in_the_notebook(x, weights, times):
    x = torch.tensor(x.tolist(), dtype=x.dtype, requires_grad=True)
    y = x * 3
    y.backward(weights, retain_graph=True)
    for _ in range(times - 1):
        y.backward(weights, retain_graph=True)  # Gradients are accumulated
    print(x.grad)
    return x.grad


@accepted(of=ACCUMULATE, says="the tensor that was given is made to require a gradient")
def on_the_given_tensor(x, weights, times):
    x.requires_grad = True
    y = 3 * x
    for i in range(times):
        y.backward(gradient=weights, retain_graph=i < times - 1)
    return x.grad


@accepted(of=ACCUMULATE, says="the graph is made anew for each call")
def graph_made_anew(x, weights, times):
    x = x.clone().requires_grad_(True)
    for _ in range(times):
        (x * 3).backward(weights)
    return x.grad.clone()


@accepted(of=ACCUMULATE, says="a weighted sum in place of the argument of backward")
def weighted_sum(x, weights, times):
    x = Variable(x, requires_grad=True)
    for _ in range(times):
        loss = (weights * 3 * x).sum()
        loss.backward()
    return x.grad.data


@accepted(of=ACCUMULATE, says="torch.autograd.grad, added up by hand")
def autograd_grad_added_up(x, weights, times):
    x = x.detach().requires_grad_()
    y = 3 * x
    total = torch.zeros_like(x)
    for _ in range(times):
        total += torch.autograd.grad(y, x, grad_outputs=weights, retain_graph=True)[0]
    return total


@accepted(of=ACCUMULATE, says="a while loop, and numpy")
def numpy_result(x, weights, times):
    x = torch.tensor(x.numpy(), requires_grad=True)
    y, count = torch.mul(x, 3), 0
    while count < times:
        torch.autograd.backward([y], [weights], retain_graph=True)
        count += 1
    return x.grad.numpy()


@accepted(of=TWICE, says="one tensor, a copy of its gradient, and zero_")
def copy_and_zero(x):
    x = x.clone().requires_grad_()
    y = (x**2).sum()
    y.backward()
    try:
        y.backward()
        message = "no error"
    except RuntimeError as e:
        message = str(e)
    first = x.grad.clone()
    x.grad.zero_()
    y = (x * x).sum()
    y.backward(retain_graph=True)
    y.backward(retain_graph=True)
    return first, message, x.grad


@accepted(of=TWICE, says="a list, and any exception caught")
def a_list(x):
    results = []
    for retain in (False, True):
        leaf = torch.tensor(x.numpy(), requires_grad=True)
        loss = torch.sum(torch.pow(leaf, 2))
        loss.backward(retain_graph=retain)
        try:
            loss.backward()
        except Exception as exception:
            error = f"{exception}"
        results.append(leaf.grad)
    return [results[0], error, results[1]]


@accepted(of=TWICE, says="a helper for one trial")
def a_trial(x):
    def trial(keep):
        leaf = x.detach().clone().requires_grad_()
        y = (leaf**2).sum()
        said = None
        try:
            y.backward(retain_graph=keep)
            y.backward()
        except RuntimeError as error:
            said = repr(error)
        return leaf.grad, said

    first, said = trial(False)
    second, _ = trial(True)
    return first, said, second


@accepted(of=TWICE, says="the message from the exception's arguments")
def message_from_args(x):
    a, b = x.clone(), x.clone()
    a.requires_grad_(), b.requires_grad_()
    y, z = a.dot(a), b.dot(b)
    y.backward()
    try:
        y.backward()
    except RuntimeError as error:
        text = error.args[0]
    z.backward(retain_graph=True)
    z.backward()
    return a.grad.detach(), text, b.grad.detach()


@accepted(of=TWICE, says="numpy results, grad set to None")
def numpy_results(x):
    x = Variable(x.data.clone(), requires_grad=True)
    y = x.pow(2).sum()
    y.backward()
    g1 = x.grad.numpy().copy()
    try:
        y.backward()
    except RuntimeError as err:
        msg = str(err)
    x.grad = None
    y = x.pow(2).sum()
    for _ in range(2):
        y.backward(retain_graph=True)
    g2 = x.grad.numpy()
    return g1, msg, g2


@accepted(of=TWICE, says="torch.autograd.grad, which frees the graph as well")
def with_autograd_grad(x):
    x = x.detach().requires_grad_()
    y = (x**2).sum()
    once = torch.autograd.grad(y, x)[0]
    try:
        torch.autograd.grad(y, x)
    except RuntimeError as error:
        message = str(error)
    y = (x**2).sum()
    twice = torch.autograd.grad(y, x, retain_graph=True)[0] + torch.autograd.grad(y, x)[0]
    return once, message, twice


@accepted(of=NAMES, says="recursion with a set")
def recursion(t):
    names, seen = [], set()

    def visit(fn):
        if fn is None or fn in seen:
            return
        seen.add(fn)
        if hasattr(fn, "variable"):  # AccumulateGrad
            return
        names.append(fn.name())
        for nxt, _ in fn.next_functions:
            visit(nxt)

    visit(t.grad_fn)
    return names


@accepted(of=NAMES, says="a stack")
def with_a_stack(t):
    stack, seen, names = [t.grad_fn], [], []
    while len(stack) > 0:
        node = stack.pop()
        if node is not None and node not in seen:
            seen.append(node)
            if "AccumulateGrad" not in str(node):
                names.append(str(node)[1:].split()[0])
            for n in node.next_functions[::-1]:
                stack.append(n[0])
    return names


@accepted(of=NAMES, says="a generator, as a tuple")
def a_generator(t):
    seen = set()

    def walk(f):
        if f and f not in seen and f.__class__.__name__ != "AccumulateGrad":
            seen.add(f)
            yield f.__class__.__name__
            for g, _ in f.next_functions:
                yield from walk(g)

    return tuple(walk(t.grad_fn))


@accepted(of=NAMES, says="names without the number at their end")
def without_numbers(t):
    if t.grad_fn is None:
        return []
    names, seen, todo = [], {}, [t.grad_fn]
    while todo:
        fn = todo[0]
        todo = todo[1:]
        if fn is None or id(fn) in seen:
            continue
        seen[id(fn)] = fn
        name = fn.name().rstrip("0123456789")
        if not name.endswith("AccumulateGrad"):
            names += [name]
        todo = [f for f, _ in fn.next_functions] + todo
    return names


@accepted(of=NAMES, says="lists put together on the way back")
def lists_put_together(t):
    return _names_from(t.grad_fn, [])


@accepted(of=NAMES, says="asks requires_grad first")
def requires_grad_asked(t):
    if not t.requires_grad or t.is_leaf:
        return list()
    order = []
    nodes = []

    def dfs(node):
        nodes.append(node)
        order.append(type(node).__name__)
        for child, _ in node.next_functions:
            if child is not None and child not in nodes:
                dfs(child)

    with warnings.catch_warnings():
        dfs(t.grad_fn)
    return [name for name in order if name != "AccumulateGrad"]


def _names_from(fn, seen):
    if fn is None or fn in seen:
        return []
    seen.append(fn)
    own = [] if type(fn).__name__ == "AccumulateGrad" else [type(fn).__name__]
    for before, _ in fn.next_functions:
        own = own + _names_from(before, seen)
    return own
